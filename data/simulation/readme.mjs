export const fillReadme=(t)=>t;
